"""Pictures and documents that people add, kept the same way whatever they belong to."""
