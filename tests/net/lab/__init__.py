"""The laboratory: namespaces, devices, a stand-in internet. Tests import ../harness.py."""
