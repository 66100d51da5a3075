"""What the clinic knows and does. Nothing in this room knows Streamlit or HTTP."""
