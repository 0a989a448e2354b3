"""Who and where: profiles, accounts, regions, identities."""
