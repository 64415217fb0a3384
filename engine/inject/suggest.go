package inject

import "utrace/internal/nearest"

// suggest is the end of an error about a word, if one of those that would have
// been right is near.
func suggest(word string, among []string) string {
	if near := nearest.Nearest(word, among); near != "" {
		return "; did you mean " + near + "?"
	}
	return ""
}
