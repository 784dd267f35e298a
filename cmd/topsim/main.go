package main
import ("encoding/json";"fmt";"github.com/topsim/topsim/sim")
func main(){ m,_:=sim.Methods(); b,_:=json.MarshalIndent(m,""," "); fmt.Println(string(b)); e,_:=sim.Errors(); b,_=json.MarshalIndent(e,""," "); fmt.Println(string(b)); fmt.Println(sim.CheckFixtures("nope"), sim.EmbeddedFixtures())}
