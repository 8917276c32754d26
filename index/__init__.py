"""Articles on disk to a clean, dated, chunked, embedded, searchable library."""
