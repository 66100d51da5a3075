"""What happened to people: baseline, change, response, states, means. Frames and plain values in, the same out."""
