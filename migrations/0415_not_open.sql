-- What not every member sees is looked up before every answer about money: in the narrow rows, which lie close together.
create index action_facet_not_open on action_facet (process_id, action_id)
    where handling in ('parties', 'restricted') or claim = 'declined';
drop index action_not_open;
