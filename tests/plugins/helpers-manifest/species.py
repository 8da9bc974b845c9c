NAMES = {"9606": "human"}
