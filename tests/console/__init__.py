"""The organizers side, as stories."""
