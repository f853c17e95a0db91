"""Programs that nobody here wrote: the examples in the documentation of pulumi_aws."""
