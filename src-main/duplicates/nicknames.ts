// Short forms of given names, by language: two names of one line may be one person's.
// Invariant: folded letters only, as `values.ts` makes them.

const GROUPS = `
abigail abby gail
abraham abe
adelaide addie
albert al bert albie
alexander alex alec sandy xander sasha sascha lex
alexandra alex sandra lexi sasha sandy alexa
alfred alf alfie fred
alison ali allie
amanda mandy
andrew andy drew
anna anne ann annie anya annika hannah nan
anthony tony ant
antonio toni tony
antonia toni
arthur art
barbara barb barbie babs
benjamin ben benny benji
bernard bernie
brianna bri
brooklyn brook brooke
cameron cam
caroline carol carrie caro
catherine katherine kathryn cathy kathy kate katie kitty cat kat kay katharina kathleen
charles charlie chuck chas karl carl
charlotte charlie lottie lotte
christian chris
christina christine chris tina chrissy
christopher chris kit topher
cynthia cindy
daniel dan danny
danielle dani
david dave davy
deborah deb debbie
dominic dom nic
donald don donnie
dorothy dot dottie dolly
edward ed eddie ted teddy ned
eleanor ellie nell nora
elizabeth liz lizzie beth betty bess eliza elsie lisa libby betsy elisabeth lisbeth
emily em emmy millie
emma em emmy
eugene gene
florence flo flossie
frances fran francie frankie
francis frank frankie
franklin frank
frederick fred freddie fritz friedrich
gabriel gabe
gabrielle gabby gaby ella
george georgie
gerald gerry jerry
geraldine gerry
gillian gill jill
gregory greg
harold harry hal
harrison harry
helen nell ellen lena
henry harry hank hal heinrich heinz
imogen immy
isabella isabelle isabel bella izzy belle bel
isaac zac ike
jacob jake
jacqueline jackie
james jim jimmy jamie
jane janey jenny
jasmine jas jazz
jeffrey geoffrey jeff geoff
jennifer jen jenny
jeremy jez jerry
jessica jess jessie
joan joanie
joanna joanne jo
john johnny jack jon johannes hans jan
jonathan jon jonny nathan
joseph joe joey jose pepe josef sepp
josephine jo josie
joshua josh
judith judy
julia julie jules
katelyn kate katie
kenneth ken kenny
kimberley kim
kenzie mackenzie kenzy
lachlan lachie locky
laura laurie lori
lawrence larry laurie
leonard len lenny leo
lillian lily lil
louis lou louie
louise lou
lucas luke
lucy lucie lulu
madeleine madeline maddie
magdalena lena magda
malcolm mal
manuel manolo manny
margaret maggie meg peggy marge greta gretchen rita daisy
maria marie mary mimi mia
martha marty
martin marty
matthew matt matty
matilda tilly tilda
maximilian max
maxwell max
melissa mel lissa
mia amelia millie milly
michael mike mick mickey micky mitch mikey
michelle shelly micki
mitchell mitch
mohammed muhammad mohamed mo mohammad
nathaniel nathan nate nat
natalie nat
nicholas nick nicky nico niklas klaus
nicole nicola nicky nikki
noah noe
oliver olly ollie
olivia liv livvy olly
pamela pam
patricia pat patty trish tricia patsy
patrick pat paddy
paul paulie
peter pete
philip phil pip
phillipa philippa pippa pip
rachel rach
raymond ray
rebecca becky bec becca
richard rick ricky dick rich richie
robert rob robbie bob bobby bert
roberta bobbie
roger rodge
ronald ron ronnie
russell russ
samantha sam sammy
samuel sam sammy
sarah sally sara sadie
sebastian seb bas
sophia sophie sofie
stephanie steph steffi
stephen steven steve stevie stefan
susan sue susie suzanne suzie susanne
tabitha tabby
terence terry
theresa teresa terry tess tessa
theodore ted teddy theo
thomas tom tommy
timothy tim timmy
tobias toby
valerie val
veronica ronnie
victor vic
victoria vicky tori
vincent vince vinnie
virginia ginny
walter walt wally
wilhelm willi willy
william will bill billy willie liam
zachary zach zac zak
francisco paco pancho curro
ignacio nacho
jesus chucho
guadalupe lupe
dolores lola
concepcion concha
rosario charo
guillermo memo
roberto beto
eduardo lalo
enrique quique
gonzalo gonza
sebastiano bastiano
giuseppe beppe pippo peppino
giovanni gianni nino
francesco franco cecco
domenico mimmo
salvatore toto turi
luigi gigi
alessandro sandro ale
`

const GROUPS_OF = new Map<string, Set<number>>()
for (const [group, line] of GROUPS.trim().split('\n').entries())
  for (const name of line.split(' ')) GROUPS_OF.set(name, (GROUPS_OF.get(name) ?? new Set()).add(group))

/** Whether both may be forms of one given name. */
export function areFormsOfOne(a: string, b: string): boolean {
  const groups = GROUPS_OF.get(a)
  const others = groups && GROUPS_OF.get(b)
  if (!groups || !others) return false
  for (const group of groups) if (others.has(group)) return true
  return false
}

/** Whether a name is one of those listed. */
export const isListedName = (name: string): boolean => GROUPS_OF.has(name)
