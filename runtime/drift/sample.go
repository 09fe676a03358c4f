package drift

import (
	"strings"

	"github.com/redoxgen/redoxgen/runtime/internal/codec/extension"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/jsontext"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/program"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/report"
)

// The bounds on what is kept of members that schemas lack.
const (
	maxNames   = 64   // of one object; one with more has keys, not names
	maxSamples = 2000 // of one event
	maxDepth   = 32   // of values within such a member
)

// sample is what is known of the values of a member that the schema lacks.
type sample struct {
	name string
	rule report.Rule // of the member itself; "" within another
	occurrences
	members *names
	elem    *sample
}

// names are members that no schema names.
type names struct {
	list     []*sample // in the order in which they first occurred
	byName   map[string]*sample
	withheld *sample // those whose names may be data
}

// lacking counts the member whose name is at i, which the schema of o lacks, and
// returns the position behind its value.
func (w *walker) lacking(p *valueCounts, o *program.Object, i, value int) int {
	if p.lacks == nil {
		p.lacks = new(names)
	}
	rule := report.RuleUnknown
	if o.Closed {
		rule = report.RuleAdditional
	}
	return w.sampleMember(p.lacks, rule, i, value, 0)
}

func (w *walker) sampleMember(in *names, rule report.Rule, i, value, depth int) int {
	end, flags := w.SkipString(i)
	s := w.event.sampleOf(in, w.Unquote(i, end, flags), w.message)
	if s == nil {
		return w.SkipValue(value)
	}
	s.rule = rule
	if s == in.withheld {
		end = w.SkipValue(value)
		s.count(w.message, w.kindOf(value, end))
		return end
	}
	return w.sample(s, value, depth)
}

// sampleOf returns the sample of the member called name. It is nil if the event has so
// many that this one is left out.
func (e *event) sampleOf(in *names, name string, message uint64) *sample {
	if s := in.byName[name]; s != nil {
		return s
	}
	if !isShown(name) || len(in.list) == maxNames {
		if in.withheld == nil {
			in.withheld = new(sample)
		}
		return in.withheld
	}
	if e.samples >= maxSamples {
		if e.omitted != message {
			e.omitted = message
			e.partly++
		}
		return nil
	}
	e.samples++
	s := &sample{name: strings.Clone(name)}
	if in.byName == nil {
		in.byName = make(map[string]*sample)
	}
	in.byName[s.name] = s
	in.list = append(in.list, s)
	return s
}

// sample counts the value at i, and what is in it, and returns the position behind it.
func (w *walker) sample(s *sample, i, depth int) int {
	switch t := jsontext.TypeOf(w.In.At(i)); {
	case depth == maxDepth:
	case t == jsontext.TypeObject:
		s.count(w.message, object)
		return w.sampleObject(s, i, depth+1)
	case t == jsontext.TypeArray:
		s.count(w.message, array)
		return w.sampleArray(s, i, depth+1)
	}
	end := w.SkipValue(i)
	s.count(w.message, w.kindOf(i, end))
	return end
}

func (w *walker) sampleObject(s *sample, i, depth int) int {
	if s.members == nil {
		s.members = new(names)
	}
	i = w.SkipSpace(i + 1)
	for w.In.At(i) == '"' {
		end, _ := w.SkipString(i)
		value := w.SkipColon(end)
		if w.isNamed(i, extension.Member) {
			i = w.next(w.SkipValue(value))
			continue
		}
		i = w.next(w.sampleMember(s.members, "", i, value, depth))
	}
	return i + 1
}

func (w *walker) sampleArray(s *sample, i, depth int) int {
	i = w.SkipSpace(i + 1)
	if w.In.At(i) != ']' && s.elem == nil {
		s.elem = new(sample)
	}
	for w.In.At(i) != ']' {
		i = w.next(w.sample(s.elem, i, depth))
	}
	return i + 1
}
