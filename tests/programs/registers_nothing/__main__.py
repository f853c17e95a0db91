"""Has no resources."""
