"""From the law to the duty that is paid: by cause, each sized from a source other than the duties that it is held against."""
