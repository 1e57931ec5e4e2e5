"""What a mail looks like on the wire, and how each piece of it is read; `maild.mail.parse` puts the pieces together."""
