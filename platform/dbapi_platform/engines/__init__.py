"""A definition and parameters in, a result out. Knows no HTTP and no store."""
