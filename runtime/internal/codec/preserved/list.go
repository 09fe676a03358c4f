package preserved

// List is what the elements of a list, and of lists in it, were decoded from
// beyond what they show. It belongs to the elements, wherever the program moves
// them. A struct has its own Preserved. For a text it is found by the text's
// address, which nothing but the element and its copies have; the empty text that
// stands for an unrepresentable value has an address as well. Booleans and lists
// in lists have none: what they were is known as long as their list is unchanged.
type List struct {
	Texts []Text
	Lists []Elements
}

// Text is an element that is a text, and the JSON that it was decoded from.
type Text struct {
	Text string // empty if JSON is unrepresentable
	JSON string
}

// Elements is what is preserved of elements that are booleans or lists.
type Elements struct {
	List     any // points to a slice of the elements themselves
	Was      any // points to a slice of copies, as they were decoded
	Elements []Element
}

// Element is an element of a list, and the JSON that it was decoded from.
type Element struct {
	Index int
	JSON  string
}

// Join adds what is preserved of a list in the list.
func (l *List) Join(inner *List) *List {
	if l == nil {
		return inner
	}
	l.Texts, l.Lists = append(l.Texts, inner.Texts...), append(l.Lists, inner.Lists...)
	return l
}
