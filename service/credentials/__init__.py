"""The signed code of a registration: issue, verify, revoke."""
