package lock

import (
	"strings"

	"github.com/redoxgen/redoxgen/generator/internal/diag"
)

// resume makes the next lines those of an event or a type that is open already.
func (p *parser) resume(owner string, fields *[]Field) {
	p.refused, p.owner, p.fields = false, owner, fields
}

// repeats reports whether a line repeats an earlier one, as happens when a merge
// keeps the lines of both sides.
func (p *parser) repeats(what string) bool { return p.seen[what] > 0 && p.lines[what] == p.text }

// first reports whether what is locked for the first time. If not, that is an
// error, which calls it name.
func (p *parser) first(what, name string) bool {
	if first, ok := p.seen[what]; ok {
		p.mergef("%s is locked twice, first in line %d", name, first)
		return false
	}
	p.seen[what], p.lines[what] = p.line, p.text
	return true
}

// isMarker reports whether a line is a marker of a merge conflict. The first one
// is an error that advises what to do about all.
func (p *parser) isMarker(line string) bool {
	isMarker := line == "=======" || strings.HasPrefix(line, "<<<<<<< ") || strings.HasPrefix(line, "||||||| ") || strings.HasPrefix(line, ">>>>>>> ")
	if isMarker && !p.conflict {
		p.conflict = true
		p.diags.Errorf(diag.Pos{File: p.file, Line: p.line, Col: 1}, "lock-conflict",
			"keep the lines of both sides: remove only the lines that begin with <<<<<<<, |||||||, ======= and >>>>>>>, and generate again",
			"the lock has markers of a merge conflict")
	}
	return isMarker
}

// claim gives a Go name to what, unless another entity has it: a merge that keeps
// the lines of both sides can give it out twice.
func (p *parser) claim(name, what string) bool {
	if first, ok := p.owners[name]; ok {
		p.mergef("%s is that of %q in line %d, and cannot be that of %q", name, first.what, first.line, what)
		return false
	}
	p.owners[name] = owner{what, p.line}
	return true
}

// owner is the entity that has a name, and the line that says so.
type owner struct {
	what string
	line int
}

// KeepOne is what to do about two lines of a lock that claim one name.
const KeepOne = "keep the line that your current code was generated from, delete the other, and generate again; the other gets a new name"

func (p *parser) mergef(format string, args ...any) {
	p.diags.Errorf(diag.Pos{File: p.file, Line: p.line, Col: 1}, "lock-conflict", KeepOne, format, args...)
}

// samePackage reports whether the events of a package are all of one data model.
func (p *parser) samePackage(pkg, dataModel string) bool {
	first, ok := p.owners["package "+pkg]
	if ok && first.what != dataModel {
		if reported := "package " + pkg + " of " + dataModel; p.seen[reported] == 0 {
			p.seen[reported] = p.line
			p.diags.Errorf(diag.Pos{File: p.file, Line: p.line, Col: 1}, "lock-conflict",
				"delete the lines of the one that your current code was not generated from; if it stays in the schemas, it needs another name",
				"package %s is that of the data model %q in line %d, and cannot be that of %q", pkg, first.what, first.line, dataModel)
		}
		return false
	}
	if !ok {
		p.owners["package "+pkg] = owner{dataModel, p.line}
	}
	return true
}
