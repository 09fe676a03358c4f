// Package alloc cuts what a decoded message keeps from few allocations: its texts
// from chunks, its lists from slabs, and slabs from allocation groups. How large
// they are it learns from the messages of the same event.
package alloc
