package inject

// suggest is the end of an error about a word, if it is one keystroke away from
// one of those that would have been right.
func suggest(word string, among []string) string {
	for _, w := range among {
		if oneStroke(word, w) {
			return "; did you mean " + w + "?"
		}
	}
	return ""
}

// oneStroke reports whether a letter is missing, is one too many or is wrong, or
// two neighbours are swapped.
func oneStroke(a, b string) bool {
	for a != "" && b != "" && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for a != "" && b != "" && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	return len(a) <= 1 && len(b) <= 1 || len(a) == 2 && len(b) == 2 && a[0] == b[1] && a[1] == b[0]
}
