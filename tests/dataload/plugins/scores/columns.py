SCORE = "fire"
