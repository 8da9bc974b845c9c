"""What ``import biothings`` finds in a configuration file."""
