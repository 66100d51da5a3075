"""What a browser meets before Streamlit: sign-in, the access session's cookie, the idle lock, the headers.

Starlette only. What must be known about Streamlit is handed in by `dashboard.py`.
"""

from gate.door import Gate
from gate.routes import ROUTES

__all__ = ["ROUTES", "Gate"]
