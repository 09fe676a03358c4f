package redoxsample

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"

	"github.com/brianvoe/gofakeit/v7"
)

// world is what a message, or all messages of a story, are about.
type world struct {
	source
	now time.Time // of the event

	patient   person
	relative  person
	providers map[string]person // by role
	visit     visit
	order     string // number of the order
	lab       observation
}

// source is where everything comes from that differs from message to message.
type source struct {
	rand *rand.Rand
	fake *gofakeit.Faker
}

func newSource(seed, number uint64) source {
	pcg := rand.NewPCG(seed, number)
	return source{rand.New(pcg), gofakeit.NewFaker(pcg, false)}
}

// person is somebody who does not exist.
type person struct {
	first, middle, last string
	sex                 string
	born                time.Time
	ssn, phone, mobile  string
	email               string
	home                address
	id, npi             string
}

// address is one whose city, state, ZIP code and county belong together.
type address struct{ street, city, state, zip, county string }

// visit is when and where the patient is.
type visit struct {
	number, account string
	start, end      time.Time
	department      string
	room, bed       string
}

var cities = []address{
	{"", "Madison", "WI", "53703", "Dane"}, {"", "Austin", "TX", "78701", "Travis"},
	{"", "Portland", "OR", "97205", "Multnomah"}, {"", "Columbus", "OH", "43215", "Franklin"},
	{"", "Raleigh", "NC", "27601", "Wake"}, {"", "Denver", "CO", "80202", "Denver"},
	{"", "Rochester", "MN", "55902", "Olmsted"}, {"", "Albany", "NY", "12207", "Albany"},
	{"", "Tucson", "AZ", "85701", "Pima"}, {"", "Boise", "ID", "83702", "Ada"},
}

// facility is where everything happens. All messages come from its system and go to one
// application, whatever the seed: a receiver can be configured for them.
const (
	facility    = "Lakeside General Hospital"
	system      = "2f4e9c51-7a0b-4d63-8e15-b0c6d2a97f38"
	application = "c81d7e06-39f2-4b5a-9d44-6e0f1a8b52c7"
)

var departments = []string{"Cardiology", "Emergency", "Family Medicine", "Internal Medicine", "Orthopedics", "Pediatrics"}

// newWorld returns the world of a message. Worlds of other numbers have other people.
func newWorld(seed, number uint64, now time.Time) *world {
	w := &world{source: newSource(seed, number), now: now, providers: make(map[string]person)}
	w.patient, w.relative = w.person(), w.person()
	w.relative.last, w.relative.home = w.patient.last, w.patient.home
	w.relative.email = emailOf(w.relative)
	start := now.Add(-time.Duration(w.rand.IntN(180)+20) * time.Minute)
	w.visit = visit{
		number: w.digits(8), account: w.digits(9), start: start, end: start.Add(time.Duration(w.rand.IntN(72)+4) * time.Hour),
		department: pick(w.source, departments), room: strconv.Itoa(101 + w.rand.IntN(60)), bed: pick(w.source, []string{"A", "B"}),
	}
	w.order = w.digits(9)
	w.lab = pick(w.source, observations)
	return w
}

func pick[T any](s source, list []T) T { return list[s.rand.IntN(len(list))] }

// digits returns n digits, of which the first is not 0.
func (s source) digits(n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte('0' + s.rand.IntN(10))
	}
	b[0] = byte('1' + s.rand.IntN(9))
	return string(b)
}

// numberOf returns the number of something that has the same one in all messages.
func numberOf(name string) string {
	h := fnv.New64a()
	_, _ = h.Write([]byte(name))
	return newSource(h.Sum64(), 0).digits(8)
}

// person makes up a person. Numbers are of ranges that are not given out: SSNs of area 9xx,
// telephone numbers 555-01xx, and e-mail addresses of example.com.
func (s source) person() person {
	sex := pick(s, []string{"Female", "Male"})
	p := person{
		first: s.fake.FirstName(), middle: s.fake.FirstName()[:1], last: s.fake.LastName(), sex: sex,
		born: time.Date(1940+s.rand.IntN(80), time.Month(1+s.rand.IntN(12)), 1+s.rand.IntN(28), 0, 0, 0, 0, time.UTC),
		ssn:  fmt.Sprintf("9%s-%s-%s", s.digits(2), s.digits(2), s.digits(4)),
		home: pick(s, cities), id: s.digits(10), npi: npi("1" + s.digits(8)),
	}
	p.phone = fmt.Sprintf("+1%d55501%02d", 2+s.rand.IntN(7), s.rand.IntN(100))
	p.phone = p.phone[:3] + s.digits(2) + p.phone[3:]
	p.mobile = p.phone[:len(p.phone)-2] + s.digits(2)
	p.home.street = strconv.Itoa(1+s.rand.IntN(9999)) + " " + s.fake.StreetName() + " St"
	p.email = emailOf(p)
	return p
}

func emailOf(p person) string { return strings.ToLower(p.first + "." + p.last + "@example.com") }

// npi appends the check digit of a National Provider Identifier: Luhn's, over the
// digits behind the prefix 80840.
func npi(nine string) string {
	sum := 24 // that of the prefix
	for i := range len(nine) {
		d := int(nine[len(nine)-1-i] - '0')
		if i%2 == 0 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return nine + strconv.Itoa((10-sum%10)%10)
}

// provider returns who has a role, the same for each mention of it. Who that is does not
// depend on what else a message has.
func (w *world) provider(role string) person {
	p, ok := w.providers[role]
	if !ok {
		h := fnv.New64a()
		_, _ = h.Write([]byte(w.patient.id + role))
		p = newSource(h.Sum64(), 0).person()
		w.providers[role] = p
	}
	return p
}
