"""Refunds of duties that a court struck down: rulings, deadlines and interest as dated data, and the arrays that read them."""
