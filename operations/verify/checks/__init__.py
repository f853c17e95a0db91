"""The checks, one file a service. A check reads one resource of the graph and asks the account about it."""
