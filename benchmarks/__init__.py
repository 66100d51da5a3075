"""How much slower the application is than bare Streamlit, as ratios measured in one run."""
