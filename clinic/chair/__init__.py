"""One treatment from its plan to the door: ordered, let through the gate, started, watched, and left.

What each step may do stands in the file of its name; every entry is a row before anybody says that it is saved.
"""
