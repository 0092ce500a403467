"""What a new edition of the United States schedule, or a notice of the Federal Register, changes in the law: draft acts."""
