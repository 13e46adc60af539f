"""The host of Varsam: settings, the roof (urls, api) and the floors every kind of case stands on."""
