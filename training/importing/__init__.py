"""Any export becomes records: a mapping of sources and one SELECT per canonical table, run by DuckDB."""
