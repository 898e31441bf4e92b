"""The commands of bellwether-lab, one file each. An entry point parses, calls one function, and prints."""
