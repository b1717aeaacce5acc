"""The delegate list: its filter language, columns, orders, saved views, and exports of it."""
