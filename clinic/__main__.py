"""python -m clinic …"""

from clinic.cli import main

main(prog_name="python -m clinic")
