"""Reports: what was measured or checked, as pages that need nothing but themselves."""
