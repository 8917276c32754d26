"""A question to evidence to a grounded, cited answer."""
