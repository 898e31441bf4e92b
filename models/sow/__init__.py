"""Statements of work: from a document to a service line, a template, fields and red flags, each with its place."""
