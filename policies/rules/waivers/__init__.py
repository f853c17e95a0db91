"""Rules about waivers themselves."""
