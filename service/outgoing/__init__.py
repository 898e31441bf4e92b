"""What goes out: subscriptions and the signed webhooks that are delivered to them."""
