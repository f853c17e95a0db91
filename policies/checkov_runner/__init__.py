"""Checkov's own checks on a graph: in an environment of its own, as a child process, without network.

Checkov pins old versions of libraries that this project needs new. `requirements.lock` (`make lock`) is its whole
environment, with hashes; it is made once, in the user's cache.
"""
