"""What commands share: settings and parts, output, hints, exit codes, signals."""
