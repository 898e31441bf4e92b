"""A double of a language model that speaks OpenAI's protocol over HTTP, well or badly: to try routes, and to test."""
