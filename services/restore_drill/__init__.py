"""The scheduled proof that recovery points restore, for regions without AWS Backup restore testing."""
