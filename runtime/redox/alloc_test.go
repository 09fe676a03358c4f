package redox_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	. "github.com/redoxgen/redoxgen/runtime/redox"
)

// ward has lists of several types, of which nearly every message has some.
type ward struct {
	Object

	Beds   []place    `json:"Beds"`
	Staff  []person   `json:"Staff"`
	Notes  []string   `json:"Notes"`
	Scores []Number   `json:"Scores"`
	Grid   [][]string `json:"Grid"`
}

// wardJSON is a message with n elements in each list that is named.
func wardJSON(n int, lists string) string {
	elements := map[string]string{
		"Beds":   `{"Room":"%d","Bed":"b"}`,
		"Staff":  `{"ID":"%d","Roles":["r","s"]}`,
		"Notes":  `"note %d"`,
		"Scores": `%d`,
		"Grid":   `["%d"]`,
	}
	var members []string
	for _, list := range strings.Fields(lists) {
		var texts []string
		for i := range n {
			texts = append(texts, fmt.Sprintf(elements[list], i))
		}
		members = append(members, `"`+list+`":[`+strings.Join(texts, ",")+`]`)
	}
	return "{" + strings.Join(members, ",") + "}"
}

const allLists = "Beds Staff Notes Scores Grid"

// TestListsAreApart: lists that were decoded into one allocation know nothing of
// each other, whatever messages came before and after.
func TestListsAreApart(t *testing.T) {
	shapes := []string{
		wardJSON(2, allLists), wardJSON(2, allLists), wardJSON(2, allLists), wardJSON(2, allLists),
		wardJSON(1, allLists), wardJSON(3, allLists), wardJSON(0, allLists), wardJSON(40, allLists),
		wardJSON(2, "Scores"), wardJSON(5, "Staff Grid"), "{}",
	}
	random := rand.New(rand.NewPCG(1, 2))
	type message struct {
		text string
		ward *ward
	}
	var messages []message
	for range 3000 {
		m := message{shapes[random.IntN(len(shapes))], new(ward)}
		require.NoError(t, Unmarshal([]byte(m.text), m.ward))
		messages = append(messages, m)
	}
	for _, m := range messages {
		grown := *m.ward
		grown.Beds = append(grown.Beds, place{Room: "x"})
		grown.Staff = append(grown.Staff, person{ID: "x"})
		grown.Notes = append(grown.Notes, "x")
		grown.Scores = append(grown.Scores, "9")
		grown.Grid = append(grown.Grid, []string{"x"})
		for i := range grown.Staff {
			grown.Staff[i].Roles = append(grown.Staff[i].Roles, "x")[:len(grown.Staff[i].Roles)]
		}
	}
	for _, m := range messages {
		out, err := Marshal(m.ward)
		require.NoError(t, err)
		require.Equal(t, m.text, string(out))
	}
}

// TestBrokenMessagesGiveBackTheirLists: what a message that is no JSON began to
// decode is not in the next.
func TestBrokenMessagesGiveBackTheirLists(t *testing.T) {
	text := wardJSON(2, allLists)
	for cut := range len(text) {
		var broken, whole ward
		assert.Error(t, Unmarshal([]byte(text[:cut]), &broken))
		require.NoError(t, Unmarshal([]byte(text), &whole))
		out, err := Marshal(&whole)
		require.NoError(t, err)
		require.Equal(t, text, string(out))
	}
}
