package generator

// Rule is the name of a kind of change. Names are stable: tools may rely on them.
type Rule string

// The rules of changes to schemas.
const (
	EventAdded           Rule = "EVENT_ADDED"
	EventRemoved         Rule = "EVENT_REMOVED"
	EventKindChanged     Rule = "EVENT_KIND_CHANGED"
	EventResponseChanged Rule = "EVENT_RESPONSE_CHANGED"
	MemberAdded          Rule = "MEMBER_ADDED"
	MemberRemoved        Rule = "MEMBER_REMOVED"
	MemberTypeChanged    Rule = "MEMBER_TYPE_CHANGED"
	MemberRequired       Rule = "MEMBER_REQUIRED"
	MemberOptional       Rule = "MEMBER_OPTIONAL"
	MemberDateChanged    Rule = "MEMBER_DATE_CHANGED"
	MemberValuesChanged  Rule = "MEMBER_VALUES_CHANGED"
	MemberRulesChanged   Rule = "MEMBER_RULES_CHANGED"
)

// The rules of changes to the API of generated code.
const (
	GoAdded       Rule = "GO_ADDED"
	GoRemoved     Rule = "GO_REMOVED"
	GoTypeChanged Rule = "GO_TYPE_CHANGED"
	GoDeprecated  Rule = "GO_DEPRECATED"
)

// Rules returns all rules, those of schemas first.
func Rules() []Rule {
	return []Rule{
		EventAdded, EventRemoved, EventKindChanged, EventResponseChanged,
		MemberAdded, MemberRemoved, MemberTypeChanged, MemberRequired, MemberOptional,
		MemberDateChanged, MemberValuesChanged, MemberRulesChanged,
		GoAdded, GoRemoved, GoTypeChanged, GoDeprecated,
	}
}

// Effect is what a change does to Go code that uses the generated code.
type Effect string

// The effects.
const (
	Breaking Effect = "breaking" // code that uses the symbol may not compile
	Additive Effect = "additive" // there is something new, or a new comment
	Unseen   Effect = "none"     // the API is the same; validation may differ
)
