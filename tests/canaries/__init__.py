"""Every secret that a test makes is a canary: it must not be seen where others look. `plugin` is what pytest loads."""
