def cleaned(text):
    return text.strip().lower()
