"""The graph in Terraform's words, and Terraform's words in the graph's."""
