package jsontext

// EachMember calls f for every member of the object at i, which is known to be
// JSON, with the member's name and the positions of the name and the value. f
// returns the position behind the value; a negative one ends the walk.
// EachMember returns the position behind the object, or what ended the walk.
func (s *Scanner) EachMember(i int, f func(name string, at, value int) (end int)) int {
	i = s.SkipSpace(i + 1)
	for s.In.At(i) == '"' {
		end, flags := s.SkipString(i)
		if end = f(s.Unquote(i, end, flags), i, s.SkipColon(end)); end < 0 {
			return end
		}
		i = s.next(end)
	}
	return i + 1
}

// EachElement is EachMember for an array.
func (s *Scanner) EachElement(i int, f func(index, value int) (end int)) int {
	i = s.SkipSpace(i + 1)
	for index := 0; s.In.At(i) != ']'; index++ {
		end := f(index, i)
		if end < 0 {
			return end
		}
		i = s.next(end)
	}
	return i + 1
}

// next returns the position of the next member or element behind one that ends
// at i, or of the closing bracket.
func (s *Scanner) next(i int) int {
	if i = s.SkipSpace(i); s.In.At(i) == ',' {
		return s.SkipSpace(i + 1)
	}
	return i
}

// Blank reports whether the value at i, which is known to be JSON, holds
// nothing: null, "", [], or an object whose members are all blank.
func (s *Scanner) Blank(i int) bool {
	_, blank := s.blankTo(i)
	return blank
}

// blankTo is Blank, and returns the position behind the value.
func (s *Scanner) blankTo(i int) (end int, blank bool) {
	switch s.In.At(i) {
	case 'n':
		return s.SkipValue(i), true
	case '"':
		return s.SkipValue(i), s.In.At(i+1) == '"'
	case '[':
		return s.SkipValue(i), s.In.At(s.SkipSpace(i+1)) == ']'
	case '{':
	default:
		return s.SkipValue(i), false
	}
	blank = true
	end = s.EachMember(i, func(_ string, _, value int) int {
		behind, none := s.blankTo(value)
		blank = blank && none
		return behind
	})
	return end, blank
}
