"""Who comes in: sign-in pages, passwords, passkeys, one-time codes, the region's identity provider."""
