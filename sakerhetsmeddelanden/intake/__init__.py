"""Reading what comes in about field safety notices: mails, PDF files, advisories. Changes no rows."""
