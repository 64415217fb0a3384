// Package nearest finds the word that someone who mistyped one probably meant.
package nearest

// Nearest returns the word of among that is the fewest keystrokes away from word, or "" if none is near
// enough to suggest: a third of the word's letters may be wrong, and one at least. Of two as near, the
// first one wins. A letter missing, one too many, a wrong one and two swapped are one keystroke each.
func Nearest(word string, among []string) string {
	best, near := "", max(1, len(word)/3)+1
	for _, candidate := range among {
		if d := distance(word, candidate, near); d < near {
			best, near = candidate, d
		}
	}
	return best
}

// distance is the optimal string alignment distance of two words by bytes, or limit if it is not below that.
func distance(a, b string, limit int) int {
	if len(a)-len(b) >= limit || len(b)-len(a) >= limit {
		return limit
	}
	// Three rows of the matrix of distances between prefixes: of a[:i-2], a[:i-1] and a[:i].
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		before, last, row = last, row, before
		row[0] = i
		for j := 1; j <= len(b); j++ {
			wrong := 1
			if a[i-1] == b[j-1] {
				wrong = 0
			}
			row[j] = min(last[j-1]+wrong, last[j]+1, row[j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
	}
	return min(row[len(b)], limit)
}
