"""What Bellwether would have said on a firm's own records, when, and what then happened."""
